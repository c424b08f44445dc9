! The network Towers. Written by mlp 0.1.0.
module towers
  use, intrinsic :: iso_c_binding, only: c_double, c_float, c_int32_t, &
    c_int64_t, c_int8_t, c_size_t
  implicit none
  private
  public :: towers_network, towers_initialize, towers_load, towers_predict_one, &
    towers_predict, towers_vjp

  integer(c_int32_t), parameter, public :: towers_ok = 0
  integer(c_int32_t), parameter, public :: towers_error_pointer = 1 ! a pointer is null or not aligned
  integer(c_int32_t), parameter, public :: towers_error_length = 2 ! an array has a length that does not fit
  integer(c_int32_t), parameter, public :: towers_error_overlap = 3 ! an array overlaps the network
  integer(c_int32_t), parameter, public :: towers_error_bytes = 4 ! the bytes do not match the network
  integer(c_int32_t), parameter, public :: towers_error_panic = 5 ! a panic in a custom layer
  integer(c_size_t), parameter, public :: towers_inputs = 5
  integer(c_size_t), parameter, public :: towers_outputs = 5
  integer(c_size_t), parameter, public :: towers_parameters = 53
  integer(c_size_t), parameter, public :: towers_input_user = 1
  integer(c_size_t), parameter, public :: towers_input_user_size = 3
  integer(c_size_t), parameter, public :: towers_input_item = 4
  integer(c_size_t), parameter, public :: towers_input_item_size = 2
  integer(c_size_t), parameter, public :: towers_output_score = 1
  integer(c_size_t), parameter, public :: towers_output_score_size = 1
  integer(c_size_t), parameter, public :: towers_output_rest = 2
  integer(c_size_t), parameter, public :: towers_output_rest_size = 4

  type, bind(c) :: towers_network
    real(c_double) :: parameters(53)
  end type

  interface
    function towers_initialize(network, seed) &
        result(status) bind(c, name='towers_initialize')
      import
      type(towers_network), intent(out) :: network
      integer(c_int64_t), value :: seed
      integer(c_int32_t) :: status
    end function

    function towers_load(network, bytes, length) &
        result(status) bind(c, name='towers_load')
      import
      type(towers_network), intent(inout) :: network
      integer(c_int8_t), intent(in) :: bytes(*)
      integer(c_size_t), value :: length
      integer(c_int32_t) :: status
    end function

    function towers_predict_one(network, input, input_length, output, output_length) &
        result(status) bind(c, name='towers_predict_one')
      import
      type(towers_network), intent(in) :: network
      real(c_double), intent(in) :: input(*)
      integer(c_size_t), value :: input_length
      real(c_double), intent(inout) :: output(*)
      integer(c_size_t), value :: output_length
      integer(c_int32_t) :: status
    end function

    function towers_predict(network, input, input_length, output, output_length) &
        result(status) bind(c, name='towers_predict')
      import
      type(towers_network), intent(in) :: network
      real(c_double), intent(in) :: input(*)
      integer(c_size_t), value :: input_length
      real(c_double), intent(inout) :: output(*)
      integer(c_size_t), value :: output_length
      integer(c_int32_t) :: status
    end function

    function towers_vjp(network, input, input_length, &
        output_gradient, output_gradient_length, &
        input_gradient, input_gradient_length, &
        parameter_gradient, parameter_gradient_length) &
        result(status) bind(c, name='towers_vjp')
      import
      type(towers_network), intent(in) :: network
      real(c_double), intent(in) :: input(*)
      integer(c_size_t), value :: input_length
      real(c_double), intent(in) :: output_gradient(*)
      integer(c_size_t), value :: output_gradient_length
      real(c_double), intent(inout) :: input_gradient(*)
      integer(c_size_t), value :: input_gradient_length
      real(c_double), intent(inout) :: parameter_gradient(*)
      integer(c_size_t), value :: parameter_gradient_length
      integer(c_int32_t) :: status
    end function

  end interface
end module
