! Predicts and differentiates with two networks, and prints the bits of the results.
program main
  use, intrinsic :: iso_c_binding
  use sine
  use towers
  implicit none
  integer(c_size_t), parameter :: rows = 20
  type(sine_network) :: network
  real(c_float) :: x(rows), y(rows), all(rows), dx(1), gradient(sine_parameters)
  integer :: row
  character(len=4096) :: folder

  call get_command_argument(1, folder)
  call load(trim(folder) // '/sine.bin')
  do row = 1, int(rows)
    x(row) = real(row - 1, c_float) * 0.25
    call check(sine_predict_one(network, x(row:row), 1_c_size_t, y(row:row), 1_c_size_t))
  end do
  write (*, '(z8.8)') y
  call check(sine_predict(network, x, rows, all, rows))
  if (maxval(abs(all - y)) > 1e-6) error stop 'all rows differ from one by one'
  call check(sine_vjp(network, [0.75_c_float], 1_c_size_t, [2.0_c_float], 1_c_size_t, &
    dx, 1_c_size_t, gradient, sine_parameters))
  write (*, '(z8.8)') dx, gradient
  call print_towers()
  if (sine_predict(network, x, rows, all, rows - 1) /= sine_error_length) error stop 'a length was accepted'

contains

  ! Stops the program on an error.
  subroutine check(status)
    integer(c_int32_t), intent(in) :: status
    if (status /= sine_ok) then
      print *, 'error', status
      error stop
    end if
  end subroutine

  subroutine load(path)
    character(len=*), intent(in) :: path
    integer(c_int8_t), allocatable :: bytes(:)
    integer(c_size_t) :: length
    integer :: unit
    open (newunit=unit, file=path, access='stream', form='unformatted', status='old')
    inquire (unit=unit, size=length)
    allocate (bytes(length))
    read (unit) bytes
    close (unit)
    call check(sine_load(network, bytes, length))
  end subroutine

  subroutine print_towers()
    type(towers_network) :: scorer
    real(c_double) :: input(towers_inputs), output(towers_outputs), by_input(towers_inputs), unused(1)
    call check(towers_initialize(scorer, 7_c_int64_t))
    input(towers_input_user:towers_input_user + towers_input_user_size - 1) = [0.25d0, -0.5d0, 0.75d0]
    input(towers_input_item:towers_input_item + towers_input_item_size - 1) = [0.125d0, -0.625d0]
    call check(towers_predict_one(scorer, input, towers_inputs, output, towers_outputs))
    write (*, '(z16.16)') output
    call check(towers_vjp(scorer, input, towers_inputs, [1d0, 1d0], towers_outputs, &
      by_input, towers_inputs, unused, 0_c_size_t))
    write (*, '(z16.16)') by_input
  end subroutine
end program
