"""Clips a second of two processes that train together, against one process.

    python benchmarks/workers.py [--stage 1] [--steps 12] [--rounds 2]

Rows: one process on one core, one process on two cores, and two processes with a core each
under `--strategy multiworker` (TF_CONFIG with two ports of this machine; gradients are summed
over the loopback after every update). The batch of a step is the same in all rows. Each row is
started anew in every round, in turn; a figure is the median over all steps.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import json
import multiprocessing
import socket
import statistics
import time
from concurrent.futures import ProcessPoolExecutor

import click
import numpy as np

from scenegan.presets import stage

ROWS = {"one process, one core": [(0,)], "one process, two cores": [(0, 1)],
        "two processes, a core each": [(0,), (1,)]}


def train(number, steps, cores, cluster):
    """Wall seconds of each step of one process, and its CPU seconds a step.

    Args:
        cores: Numbers of the cores that it may use.
        cluster: (addresses of all workers, index of this one).
    """
    os.sched_setaffinity(0, cores)
    addresses, index = cluster
    alone = len(addresses) == 1
    os.environ["TF_CONFIG"] = json.dumps({
        "cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}})
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(len(cores))
    tf.config.threading.set_inter_op_parallelism_threads(len(cores) if alone else 2)
    from steps import example_batch, make_step, one_step
    spec = stage(number)
    step = make_step(spec, strategy="one" if alone else "multiworker")
    share = spec.batch_size // len(addresses)
    rows = slice(index * share, (index + 1) * share)
    batch = {name: value[rows] for name, value in example_batch(spec).items()}
    one_step(step, step.distribute(batch))                      # traces
    walls, cpu = [], time.process_time()
    for _ in range(steps):
        start = time.perf_counter()
        one_step(step, step.distribute(batch))
        walls.append(time.perf_counter() - start)
    return walls, (time.process_time() - cpu) / steps


def free_addresses(count):
    ports = [socket.socket() for _ in range(count)]
    for port in ports:
        port.bind(("127.0.0.1", 0))
    addresses = [f"127.0.0.1:{port.getsockname()[1]}" for port in ports]
    for port in ports:
        port.close()
    return addresses


def run(number, steps, cores):
    """Results of `train` of the processes of one row, together."""
    addresses = free_addresses(len(cores))
    with ProcessPoolExecutor(len(cores), multiprocessing.get_context("spawn")) as pool:
        jobs = [pool.submit(train, number, steps, mine, (addresses, index))
                for index, mine in enumerate(cores)]
        return [job.result() for job in jobs]


@click.command()
@click.option("--stage", "number", default=1, show_default=True)
@click.option("--steps", default=12, show_default=True, help="Timed steps of a row in a round.")
@click.option("--rounds", default=2, show_default=True)
def main(number, steps, rounds):
    walls = {name: [] for name in ROWS}
    cpus = {name: [] for name in ROWS}
    for _ in range(rounds):
        for name, cores in ROWS.items():
            results = run(number, steps, cores)
            walls[name] += np.max([seconds for seconds, _ in results], axis=0).tolist()
            cpus[name].append(sum(cpu for _, cpu in results))
    clips = stage(number).batch_size
    rates = {name: clips / statistics.median(values) for name, values in walls.items()}
    base = rates["one process, two cores"]
    click.echo("| processes | clips/s | share of one process on two cores | CPU seconds a clip |"
               "\n|---|---|---|---|")
    for name, rate in rates.items():
        click.echo(f"| {name} | {rate:.1f} | {rate / base:.2f} | "
                   f"{statistics.median(cpus[name]) / clips:.3f} |")


if __name__ == "__main__":
    main()
