"""What `make bench` measures: each module returns rows of one table."""
