"""Certified instances made small, brought into a canonical form, and measured against proven lower bounds."""
