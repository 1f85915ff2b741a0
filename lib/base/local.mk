# lib/base
