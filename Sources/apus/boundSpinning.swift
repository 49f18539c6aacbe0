import Glibc

/// Begins this program anew, in the same process, with a bound on how long threads of oneDNN's kernels spin for each other, unless the
/// user has set one (libgomp's manual, `GOMP_SPINCOUNT` and `OMP_WAIT_POLICY`).
///
/// libgomp's own bound is some milliseconds. On cores that others use too, a thread then spins for one that has no core, at every kernel:
/// softmax regression on two threads took eighty times as long. `docs/performance.md` has the measurements.
func boundSpinning() {
    guard getenv("GOMP_SPINCOUNT") == nil, getenv("OMP_WAIT_POLICY") == nil else { return }
    // Not known to be set, it would begin anew for ever.
    guard setenv("GOMP_SPINCOUNT", "10000", 1) == 0 else { return }
    // By its own path, after whose end ps(1) and killall(1) call the process. Where this fails, everything works as before, but slower.
    guard let path = realpath("/proc/self/exe", nil) else { return }
    execv(path, CommandLine.unsafeArgv)
    free(path)
}
