"""Time of a training step against the same networks, losses and updates in PyTorch.

    pip install -e '.[benchmarks]'
    python benchmarks/pytorch_step.py [--stage 2] [--steps 9] [--threads 1] [--compile]

Each framework has a process of its own and as many threads; one works while the others wait,
a step at a time in turn, and figures are medians. PyTorch is given our weights, and before
anything is timed the numbers of parameters must be equal, and the clips that both generate and
all terms of both losses must agree. One thread each by default: with more, PyTorch's wait for
each other at every operation, and other work on the machine slows it many times down.
"""

import multiprocessing
import os
import time
from functools import partial

import click
import numpy as np
from in_turn import medians_in_turn

from scenegan.presets import stage

TOLERANCE = 1e-3
ROWS = {"keras": "ours, TensorFlow", "eager": "PyTorch", "plain": "PyTorch, malloc as it is",
        "compiled": "PyTorch, torch.compile"}
KEEP = {"MALLOC_MMAP_THRESHOLD_": str(2 ** 30), "MALLOC_TRIM_THRESHOLD_": str(2 ** 32)}
# glibc gives memory back to the system after every operation and takes it anew; KEEP, which a
# PyTorch user may know of, lets it keep what is freed. It changes nothing for TensorFlow.


def serve_keras(pipe, number, threads):
    """Do steps of ours when told, after sending what PyTorch has to agree with."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    from steps import example_batch, in_memory, make_step, one_step
    spec = stage(number, preset="displacement")
    step, arrays = make_step(spec), example_batch(spec)
    batch = in_memory(arrays)
    weights = [shaken(network) for network in (step.gan.generator, step.gan.discriminator,
                                               step.gan.reader)]
    terms = {name: float(value) for name, value in step.evaluate(batch).items()}
    clips = np.asarray(
        step.gan.fading([batch["photo"], batch["noise"][:, 0], batch["alpha"]])["clip"])
    pipe.send((arrays, weights, terms, clips))
    answer(pipe, lambda: one_step(step, batch))


def shaken(network):
    """Weights of a network by path, after noise was added, so that those from zero count too."""
    random = np.random.default_rng(0)
    for weight in network.weights:
        weight.assign_add(random.normal(0, 0.003, weight.shape).astype(np.float32))
    return {weight.path: np.asarray(weight) for weight in network.weights}


def serve_pytorch(pipe, number, threads, compiled):
    """The same in PyTorch, after receiving the batch and the weights."""
    os.environ["KERAS_BACKEND"] = "torch"                # TensorFlow stays out of this process
    import torch
    torch.set_num_threads(threads)
    from pytorch_training import PytorchStep
    arrays, weights = pipe.recv()
    step = PytorchStep(stage(number, preset="displacement"), weights)
    batch = step.put(arrays)
    pipe.send((step.sizes(), *step.evaluate(batch)))
    if compiled:
        step.compile()
    answer(pipe, lambda: step.run(batch))


def answer(pipe, run):
    """Run a step for each number of steps received; send wall and CPU seconds."""
    while steps := pipe.recv():
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(steps):
            run()
        pipe.send(((time.perf_counter() - wall) / steps, (time.process_time() - cpu) / steps))


def check(expected, sizes, terms, clips):
    """Raise SystemExit unless PyTorch's networks do what ours do."""
    _, weights, our_terms, our_clips = expected
    ours = [sum(value.size for value in values.values()) for values in weights]
    far = {name: abs(value - our_terms[name]) / max(1, abs(value)) for name, value in terms.items()}
    far["clips"] = float(np.abs(clips - our_clips).max())
    worst = max(far, key=far.get)
    click.echo(f"parameters {sizes}, clips differ by {far['clips']:.1g} at most, terms of the "
               f"losses by {max(far[name] for name in terms):.1g}")
    if sizes != ours or far[worst] > TOLERANCE:
        raise SystemExit(f"The networks must be the same. Received: {sizes} parameters, ours "
                         f"{ours}; a difference of {far[worst]:.2g} in {worst}.")


def start(serve, environment, *arguments):
    """The pipe to a new process."""
    os.environ.update(environment)                       # malloc reads it when a process begins
    context = multiprocessing.get_context("spawn")
    pipe, other = context.Pipe()
    process = context.Process(target=serve, args=(other, *arguments), daemon=True)
    process.start()
    for name in environment:
        del os.environ[name]
    return pipe


def measure(number, steps, threads, names):
    """Median (wall, CPU) seconds of a step, by name of the row."""
    pipes = {"keras": start(serve_keras, {}, number, threads)}
    expected = pipes["keras"].recv()
    for name in names:
        pipes[name] = start(serve_pytorch, {} if name == "plain" else KEEP, number, threads,
                            name == "compiled")
        pipes[name].send(expected[:2])
        check(expected, *pipes[name].recv())
    figures = medians_in_turn({name: partial(ask, pipe) for name, pipe in pipes.items()}, steps,
                              warmups=2)
    for pipe in pipes.values():
        pipe.send(0)
    return figures


def ask(pipe):
    """(wall, CPU) seconds of a step of another process."""
    pipe.send(1)
    return pipe.recv()


@click.command()
@click.option("--stage", "numbers", type=int, multiple=True, default=(1, 2), show_default=True)
@click.option("--steps", default=9, show_default=True, help="Timed steps of each.")
@click.option("--threads", default=1, show_default=True, help="Of each process.")
@click.option("--compile/--no-compile", "compiled", default=False, help="A row of torch.compile.")
def main(numbers, steps, threads, compiled):
    names = ["eager", "plain", *["compiled"] * compiled]
    lines = ["| stage | framework | clips/s | CPU seconds a clip | rate, share of PyTorch's | by "
             "CPU time |", "|---|---|---|---|---|---|"]
    for number in numbers:
        figures = measure(number, steps, threads, names)
        clips, base = stage(number, preset="displacement").batch_size, figures["eager"]
        for name, (wall, cpu) in figures.items():
            lines.append(f"| {number} | {ROWS[name]} | {clips / wall:.1f} | {cpu / clips:.3f} | "
                         f"{base[0] / wall:.2f} | {base[1] / cpu:.2f} |")
    click.echo("\n".join(lines))


if __name__ == "__main__":
    main()
