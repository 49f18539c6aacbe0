/// The versions a run's bits depend on.
public struct Versions: Codable, Equatable, Sendable {
    public let apus: String
    public let oneDNN: String
    /// The MPI library; nil in a process that runs without it.
    public let mpi: String?
    public let cLibrary: String
    public let swift: String

    public init(apus: String, oneDNN: String, mpi: String?, cLibrary: String, swift: String) {
        self.apus = apus
        self.oneDNN = oneDNN
        self.mpi = mpi
        self.cLibrary = cLibrary
        self.swift = swift
    }
}
