# lib/smtp
