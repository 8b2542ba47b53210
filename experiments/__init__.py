"""Alignment measured on survey answers: Section 6 and Appendix B of the paper."""
