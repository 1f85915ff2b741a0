# Every scenario of the program, in the order of the alphabet
SCENARIOS =
