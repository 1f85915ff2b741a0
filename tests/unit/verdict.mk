# unit tests of verdict
