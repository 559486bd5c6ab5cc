import ssl

from bench import origin
from cryptography import x509


def test_the_page_has_its_size_and_is_html():
    body = origin.page()
    assert len(body) == origin.PAGE_BYTES
    assert body.startswith(b"<!doctype html>")
    assert body.endswith(b"</html>\n")


def test_the_certificate_is_the_authority_s_and_names_both_addresses(tmp_path):
    authority = origin._certificates(tmp_path)
    root = x509.load_pem_x509_certificate(authority.read_bytes())
    leaf = x509.load_pem_x509_certificate((tmp_path / "origin.pem").read_bytes())
    leaf.verify_directly_issued_by(root)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = {str(each) for each in names.get_values_for_type(x509.IPAddress)}
    assert addresses == {origin.INSPECTED, origin.EXEMPT}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "origin.pem", tmp_path / "origin.key")


def test_a_free_port_is_a_port():
    assert 0 < origin.free_port() < 65_536
