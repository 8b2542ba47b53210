"""What was verified, as one page for people, and as text, Markdown and JUnit XML for terminals, reviews and CI."""
