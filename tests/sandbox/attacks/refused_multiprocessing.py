import multiprocessing


def f(x):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(abs, [x])
