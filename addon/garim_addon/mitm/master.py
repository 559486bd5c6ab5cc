"""The embedded proxy: mitmproxy's core with the few addons that Garim needs, and a clean end.

Rules:
- Addons: mitmproxy's core, server, protocol detection, HTTP/2-cleartext refusal, our TLS and option
  guard; DNS only in DNS modes. No page of mitmproxy's own is served, nothing is stored or printed.
- It listens before anything else starts; a taken port is one clear error.
- Shutdown: stop listening, let open exchanges end until a deadline, flush, then close.
- mitmproxy keeps the running master in a process-wide variable: one host a process.
"""

import contextlib
import errno
import gc
import logging
from collections.abc import Iterator, Mapping

from mitmproxy import exceptions, master
from mitmproxy import options as mitm_options
from mitmproxy.addons import (
    core,
    disable_h2c,
    dns_resolver,
    next_layer,
    proxyserver,
    strip_dns_https_records,
)
from mitmproxy.utils import asyncio_utils

from garim_addon import private_files
from garim_addon.mitm import keylog
from garim_addon.mitm.authority import Authority
from garim_addon.mitm.drain import drain
from garim_addon.mitm.errors import HostError, ListenError, PortTakenError
from garim_addon.mitm.exchanges import OpenExchanges
from garim_addon.mitm.leaves import LeafStore
from garim_addon.mitm.options import HostSettings, OptionGuard, guard, host_options
from garim_addon.mitm.patches import catalogue
from garim_addon.mitm.tls import TlsConfig
from garim_addon.mitm.trust import system_trust
from garim_addon.text import N_

_DNS_MODES = ("dns", "wireguard", "tun", "local")
_GC_THRESHOLDS = (10_000, 20, 50)
"""A busy proxy allocates in bursts; the default of 700 spends several percent on collecting."""
_TAKEN = N_("Port {port} on {host} is taken by another program; choose another one with --port.")
_CANNOT_LISTEN = N_("Cannot listen on {host}, port {port}: {detail}")
_OPTIONS = N_("The proxy's options are refused: {detail}")


class Host(master.Master):
    """The embedded proxy.

    Call `listen` first, then `serve` until it returns; `stop` (or mitmproxy's thread-safe
    `shutdown`) makes it return.

    Attributes:
        settings: What this installation chose.
        authority: The certificate authority in force.
        exchanges: The open exchanges.
        patches: Which replaced internals are in force (see `patches.catalogue`).
        proxy: mitmproxy's server addon.
    """

    def __init__(self, settings: HostSettings, *addons: object) -> None:
        """Make the host in a running event loop.

        Args:
            settings: Folder, address and the few choices.
            *addons: mitmproxy addons to run, in order, after the protocol ones.

        Raises:
            HostError: When the authority, the trust or an option is refused.
            OSError: When the state folder cannot be written.
        """
        keylog.silence()
        self.patches = catalogue.apply_all()
        private_files.ensure_folder(settings.state)
        self.settings = settings
        self.authority = Authority.open(settings.state / "authority")
        trust = system_trust(settings.state, extra=settings.extra_ca)
        super().__init__(mitm_options.Options(), with_termlog=False)
        # It would format every log record for a hook that nothing here implements.
        self._legacy_log_events.uninstall()
        self.exchanges = OpenExchanges()
        self.proxy = proxyserver.Proxyserver()  # type: ignore[no-untyped-call]
        self._clean = contextlib.ExitStack()
        self._grace = 0.0
        own = [core.Core(), self.proxy, next_layer.NextLayer(), disable_h2c.DisableH2C()]
        own.append(TlsConfig(LeafStore(self.authority.root)))
        if settings.mode.partition(":")[0].partition("@")[0] in _DNS_MODES:
            own += [strip_dns_https_records.StripDnsHttpsRecords(), dns_resolver.DnsResolver()]
        try:
            self._install(*own, self.exchanges, *addons)
            self._configure(host_options(settings, trust))
            guard(self.options)
            self._install(OptionGuard())
        except exceptions.OptionsError as error:
            raise HostError(_OPTIONS, detail=error) from error

    async def listen(self) -> int:
        """Start to listen.

        Returns:
            The bound TCP port.

        Raises:
            PortTakenError: When another program has the port.
            ListenError: When listening fails for another reason.
        """
        self._clean.enter_context(self._loop_settings())
        with _silent("mitmproxy.addons.proxyserver"):  # the errors are raised below
            await self.proxy.setup_servers()
        where = {"host": self.settings.listen_host, "port": self.settings.listen_port}
        for server in self.proxy.servers:
            error = server.last_exception
            if error is None:
                continue
            self._clean.close()
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
                raise PortTakenError(_TAKEN, **where) from error
            raise ListenError(_CANNOT_LISTEN, **where, detail=error) from error
        addresses = self.proxy.listen_addrs()
        return int(addresses[0][1]) if addresses else 0

    async def serve(self) -> None:
        """Serve until `stop` or `shutdown`, then end cleanly."""
        try:
            await self.running()
            # What is loaded by now stays: later collections need not look through it again.
            gc.collect()
            gc.freeze()
            await self.should_exit.wait()
            await drain(self.proxy, self.exchanges, self._grace)
        finally:
            await self.done()
            self._clean.close()

    async def run(self) -> None:
        """Listen and serve.

        Raises:
            ListenError: When it cannot listen.
        """
        await self.listen()
        await self.serve()

    def stop(self, grace: float = 0.0) -> None:
        """End `serve`; thread-safe.

        Args:
            grace: Seconds that open exchanges are given to end.
        """
        self._grace = grace
        self.shutdown()  # type: ignore[no-untyped-call]

    def _install(self, *addons: object) -> None:
        self.addons.add(*addons)  # type: ignore[no-untyped-call]

    def _configure(self, options: Mapping[str, object]) -> None:
        self.options.update(**options)  # type: ignore[no-untyped-call]

    @contextlib.contextmanager
    def _loop_settings(self) -> Iterator[None]:
        """Log unhandled errors, run tasks eagerly, log and collect less, until the end."""
        log = logging.getLogger("mitmproxy")
        level, thresholds = log.level, gc.get_threshold()
        log.setLevel(logging.WARNING)
        gc.set_threshold(*_GC_THRESHOLDS)
        try:
            with (
                asyncio_utils.install_exception_handler(self._asyncio_exception_handler),
                asyncio_utils.set_eager_task_factory(),
            ):
                yield
        finally:
            log.setLevel(level)
            gc.unfreeze()
            gc.set_threshold(*thresholds)


@contextlib.contextmanager
def _silent(name: str) -> Iterator[None]:
    log = logging.getLogger(name)
    was, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = was
