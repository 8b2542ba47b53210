"""The catalogue: certified instances, each with its story, its picture and the command that makes it again."""
