! The network Chain. Written by mlp 0.1.0.
module chain
  use, intrinsic :: iso_c_binding, only: c_double, c_float, c_int32_t, &
    c_int64_t, c_int8_t, c_size_t
  implicit none
  private
  public :: chain_network, chain_initialize, chain_load, chain_predict_one, &
    chain_predict, chain_vjp

  integer(c_int32_t), parameter, public :: chain_ok = 0
  integer(c_int32_t), parameter, public :: chain_error_pointer = 1 ! a pointer is null or not aligned
  integer(c_int32_t), parameter, public :: chain_error_length = 2 ! an array has a length that does not fit
  integer(c_int32_t), parameter, public :: chain_error_overlap = 3 ! an array overlaps the network
  integer(c_int32_t), parameter, public :: chain_error_bytes = 4 ! the bytes do not match the network
  integer(c_int32_t), parameter, public :: chain_error_panic = 5 ! a panic in a custom layer
  integer(c_size_t), parameter, public :: chain_inputs = 3
  integer(c_size_t), parameter, public :: chain_outputs = 2
  integer(c_size_t), parameter, public :: chain_parameters = 161

  type, bind(c) :: chain_network
    real(c_float) :: parameters(161)
  end type

  interface
    function chain_initialize(network, seed) &
        result(status) bind(c, name='chain_initialize')
      import
      type(chain_network), intent(out) :: network
      integer(c_int64_t), value :: seed
      integer(c_int32_t) :: status
    end function

    function chain_load(network, bytes, length) &
        result(status) bind(c, name='chain_load')
      import
      type(chain_network), intent(inout) :: network
      integer(c_int8_t), intent(in) :: bytes(*)
      integer(c_size_t), value :: length
      integer(c_int32_t) :: status
    end function

    function chain_predict_one(network, input, input_length, output, output_length) &
        result(status) bind(c, name='chain_predict_one')
      import
      type(chain_network), intent(in) :: network
      real(c_float), intent(in) :: input(*)
      integer(c_size_t), value :: input_length
      real(c_float), intent(inout) :: output(*)
      integer(c_size_t), value :: output_length
      integer(c_int32_t) :: status
    end function

    function chain_predict(network, input, input_length, output, output_length) &
        result(status) bind(c, name='chain_predict')
      import
      type(chain_network), intent(in) :: network
      real(c_float), intent(in) :: input(*)
      integer(c_size_t), value :: input_length
      real(c_float), intent(inout) :: output(*)
      integer(c_size_t), value :: output_length
      integer(c_int32_t) :: status
    end function

    function chain_vjp(network, input, input_length, &
        output_gradient, output_gradient_length, &
        input_gradient, input_gradient_length, &
        parameter_gradient, parameter_gradient_length) &
        result(status) bind(c, name='chain_vjp')
      import
      type(chain_network), intent(in) :: network
      real(c_float), intent(in) :: input(*)
      integer(c_size_t), value :: input_length
      real(c_float), intent(in) :: output_gradient(*)
      integer(c_size_t), value :: output_gradient_length
      real(c_float), intent(inout) :: input_gradient(*)
      integer(c_size_t), value :: input_gradient_length
      real(c_float), intent(inout) :: parameter_gradient(*)
      integer(c_size_t), value :: parameter_gradient_length
      integer(c_int32_t) :: status
    end function

  end interface
end module
