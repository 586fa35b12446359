"""The pages of the help, held against the program."""
