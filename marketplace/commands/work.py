"""`lumbung worker`: runs the tasks of marketplace/worker.py until it is told to stop."""

import asyncio
import signal

import click

from marketplace.commands.setting_up import database_in_use, read_settings, run
from marketplace.processes import die_with_parent
from marketplace.settings import Settings


@click.command()
@click.option("--once", "is_once", is_flag=True, help="Run each task one time and end; for cron and for tests.")
def worker(*, is_once: bool) -> None:
    """Do what nobody asks for: bring search up to date, let unclaimed orders expire, clean up.

    Several may run. SIGTERM lets each task finish what it is doing.
    """
    die_with_parent()
    settings = read_settings()
    with database_in_use(settings) as url:
        run(_work(settings, url, is_once=is_once))


async def _work(settings: Settings, url: str, *, is_once: bool) -> None:
    from marketplace import database  # noqa: PLC0415 - not for help texts
    from marketplace.discovery import close_search, open_search  # noqa: PLC0415
    from marketplace.orders import close_stripe, open_stripe  # noqa: PLC0415
    from marketplace.worker import all_tasks, run_tasks  # noqa: PLC0415

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    await database.open_pool(url, size=min(settings.pool_size, 5))
    open_search(settings)
    open_stripe(settings)
    try:
        if is_once:
            for task in all_tasks():
                click.echo(f"{task.name}: {await task.run()}")
        else:
            await run_tasks(all_tasks(), stop)
    finally:
        await close_stripe()
        await close_search()
        await database.close_pool()
