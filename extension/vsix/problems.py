"""What is wrong with the sources, collected so that one build tells it all."""


class Problems:
    """A list of lines, each with the file, what is wrong, and the mend."""

    def __init__(self):
        self.lines = []

    def add(self, file, text):
        line = f"{file}: {text}"
        if line not in self.lines:
            self.lines.append(line)

    def __bool__(self):
        return bool(self.lines)
