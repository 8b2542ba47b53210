"""List what is installed, with versions and licences: ``python tools/licences.py``."""

from importlib.metadata import distributions


def licence(names: dict[str, list[str]]) -> str:
    """The licence in a distribution's metadata, by its shortest form."""
    classifiers = [c.rpartition(" :: ")[2] for c in names.get("Classifier", []) if c.startswith("License ::")]
    texts = [*names.get("License-Expression", []), *classifiers, *names.get("License", []), "not stated"]
    return next(line for text in texts if (line := text.strip().splitlines()[0] if text.strip() else ""))


def main() -> None:
    """Print a line for each distribution."""
    rows = set()
    for item in distributions():
        fields = {key: [str(v) for v in item.metadata.get_all(key) or []] for key in set(item.metadata)}
        rows.add((fields["Name"][0], fields["Version"][0], licence(fields)))
    for name, version, terms in sorted(rows, key=lambda row: row[0].lower()):
        print(f"{name:32}{version:16}{terms[:70]}")


if __name__ == "__main__":
    main()
