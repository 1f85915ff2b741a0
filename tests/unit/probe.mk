# unit tests of probe
