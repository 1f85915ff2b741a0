# programs and their man pages
