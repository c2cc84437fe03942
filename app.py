"""Avatar Studio: settings → studio → worker → window. No logic lives here."""

from __future__ import annotations

import gc
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.settings import Settings

MISSING = "Avatar Studio needs its packages first ({}). Run: python -m pip install -c constraints.txt ."
OLDEST_PYTHON, FIRST_TOO_NEW = (3, 11), (3, 13)


def main() -> int:
    """Run the window, or one of the commands; the exit status."""
    if not OLDEST_PYTHON <= sys.version_info < FIRST_TOO_NEW:
        print("Avatar Studio runs on Python 3.11 and 3.12.", file=sys.stderr)
        return 1
    try:
        from studio import cli

        return cli.main(sys.argv[1:], serve=serve)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] in ("studio", "pipelines", "store"):
            raise
        print(MISSING.format(f"{error.name} is missing"), file=sys.stderr)
        return 1


def serve(settings: Settings) -> int:
    """Open everything, keep it running until Ctrl-C or SIGTERM, and close it in the opposite order."""
    gc.disable()  # what a start makes is there to stay: looking for garbage in it costs a seventh of the time
    from studio.api.app import build_app
    from studio.api.server import open_socket, refuse_open_network, run_server
    from studio.data_folder import claim_data_folder
    from studio.people_upkeep import greet, start_people_upkeep
    from studio.studio import open_studio
    from studio.ui.lean_gradio import import_less
    from studio.worker.supervisor import WorkerSupervisor

    refuse_open_network(settings)
    import_less()
    from studio.ui.shell import mount_window

    with open_socket(settings.host, settings.port) as listener:
        host, port = listener.getsockname()[:2]
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

        def say_ready() -> None:
            gc.freeze()
            gc.enable()
            print(greet(studio, url), flush=True)
            threading.Thread(target=warm_up, name="warm-up", daemon=True).start()

        def warm_up() -> None:
            studio.warm_up()
            app.state.rest.build()

        with claim_data_folder(settings.data, url):
            worker = WorkerSupervisor(settings.data)
            worker.start()
            studio = open_studio(settings, channel=worker.channel)
            try:
                app = build_app(studio)
                mount_window(app, studio)
                start_people_upkeep(studio)
                run_server(app, listener, on_ready=say_ready, trusted_proxies=settings.trusted_proxies)
            finally:
                worker.stop()
                studio.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
