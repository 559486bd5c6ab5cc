"""The shield's answers as mitmproxy responses."""

from mitmproxy import http

from garim_addon.act.page import Page
from garim_addon.act.rewrite import replaced
from garim_addon.answer import Answer
from garim_addon.decide.action import Action


def apply(flow: http.HTTPFlow, answer: Answer) -> None:
    """Carry out an answer on a flow whose response is not sent yet."""
    if answer.action is Action.REPLACE and flow.response is not None:
        flow.response = replaced_response(flow.response, answer)
    elif answer.action is Action.REFUSE and answer.page is not None:
        flow.response = page_response(answer.page)
    elif answer.action is not Action.PASS and flow.killable:
        flow.kill()  # type: ignore[no-untyped-call]


def replaced_response(original: http.Response, answer: Answer) -> http.Response:
    """The placeholder in place of the original, with the headers that stay true."""
    status, fields = replaced(
        original.status_code, original.headers.fields, length=len(answer.body), mime=answer.mime
    )
    return http.Response(
        http_version=original.data.http_version,
        status_code=status,
        reason=original.data.reason if status == original.status_code else b"OK",
        headers=http.Headers(fields),
        content=answer.body,
        trailers=None,
        timestamp_start=original.timestamp_start,
        timestamp_end=original.timestamp_end,
    )


def page_response(page: Page, *, head: bool = False) -> http.Response:
    """A page or a refusal without one; for a HEAD request its head alone.

    mitmproxy would send the body after all, and the client would take it for the next answer.
    """
    response = http.Response.make(page.status, page.body, http.Headers(page.headers))
    if head:
        response.data.content = b""  # and not `content`, which would change the declared length
    return response
