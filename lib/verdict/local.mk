# lib/verdict
