# lib/render
