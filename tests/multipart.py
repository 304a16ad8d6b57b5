"""A form with a file, as browsers send it."""

BOUNDARY = "----WebKitFormBoundaryExample"
KIND = f"multipart/form-data; boundary={BOUNDARY}"


def part(content: bytes, head: str = 'Content-Disposition: form-data; name="list"') -> bytes:
    """Return a part of a form, with its headers."""
    return b"\r\n".join([head.encode(), b"", content])


def file(content: bytes, *, name: str = "file", called: str = "members.csv") -> bytes:
    """Return a part with a file, as a browser writes it."""
    head = f'Content-Disposition: form-data; name="{name}"; filename="{called}"\r\n'
    return part(content, f"{head}Content-Type: text/csv")


def form(*parts: bytes, boundary: str = BOUNDARY, end: bytes = b"--\r\n") -> bytes:
    """Return the body of a form, as a browser writes it."""
    line = f"--{boundary}".encode()
    return b"".join(line + b"\r\n" + each + b"\r\n" for each in parts) + line + end
