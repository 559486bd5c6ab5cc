"""The commands of `garim lists`, one a file."""
