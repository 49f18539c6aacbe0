/// The versions a run's bits depend on.
public struct Versions: Codable, Equatable, Sendable {
    /// This program.
    public let apus: String
    /// The kernels.
    public let oneDNN: String
    /// The MPI library; nil in a process that runs without it.
    public let mpi: String?
    /// The C library, whose logarithm the loss takes.
    public let cLibrary: String
    /// The compiler.
    public let swift: String

    /// The given versions.
    public init(apus: String, oneDNN: String, mpi: String?, cLibrary: String, swift: String) {
        self.apus = apus
        self.oneDNN = oneDNN
        self.mpi = mpi
        self.cLibrary = cLibrary
        self.swift = swift
    }
}
