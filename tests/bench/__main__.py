"""Print all figures."""

from tests.bench import evening, functions, rival

if __name__ == "__main__":
    functions.show()
    evening.show()
    rival.show()
