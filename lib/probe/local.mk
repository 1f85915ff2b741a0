# lib/probe
