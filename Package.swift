// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target of our own: strict imports, spelled-out existentials, no warning tolerated.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
    // Deprecations in dependencies are theirs to mend.
    .treatWarning("DeprecatedDeclaration", as: .warning),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let log = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "Apus",
    products: [
        .executable(name: "apus", targets: ["apus"]),
        .library(name: "Training", targets: ["Training"]),
        .library(name: "DataParallel", targets: ["DataParallel"]),
        .library(name: "Optimization", targets: ["Optimization"]),
        .library(name: "NeuralNetwork", targets: ["NeuralNetwork"]),
        .library(name: "Datasets", targets: ["Datasets"]),
        .library(name: "TensorCore", targets: ["TensorCore"]),
        .library(name: "Reports", targets: ["Reports"]),
        .library(name: "SafeTensors", targets: ["SafeTensors"]),
        .library(name: "Files", targets: ["Files"]),
        .library(name: "MPI", targets: ["MPI"]),
        .library(name: "Communication", targets: ["Communication"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The program.
        .executableTarget(
            name: "apus",
            dependencies: [
                "Training", "DataParallel", "Datasets", "Reports", "Files", "MPI", "Communication", log,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // The house, top down: a module imports only what stands below it.
        module(
            "Training",
            [
                "DataParallel", "Optimization", "NeuralNetwork", "Datasets", "TensorCore", "Reports", "SafeTensors",
                "Communication", "Digests", "Files", log, .product(name: "Yams", package: "Yams"),
            ]),
        module("DataParallel", ["NeuralNetwork", "TensorCore", "Communication"]),
        module("Optimization", ["NeuralNetwork", "TensorCore"]),
        module("NeuralNetwork", ["TensorCore"]),
        module("Datasets", ["TensorCore", "Digests", "Files", "CZlib"]),
        module("TensorCore", ["COneDNN", "CKernels"]),
        module("Reports"),
        module("SafeTensors", ["Files"]),
        module("Files"),
        module("MPI", ["Communication", "COpenMPI"]),
        module("Communication", ["CLinux"]),
        module("Digests", ["CLibCrypto"]),

        // C, each owned by the one module that uses it.
        .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
        .target(name: "CKernels", linkerSettings: [.linkedLibrary("gomp")]),
        .systemLibrary(name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibCrypto", providers: [.apt(["libssl-dev"])]),

        // Tests. RankTests is started by mpirun: a process can initialise MPI only once.
        .executableTarget(
            name: "RankTests",
            dependencies: ["MPI", "Communication", "CommunicatorRequirements"],
            path: "Tests/RankTests", exclude: ["run"], swiftSettings: strict),
        .target(
            name: "CommunicatorRequirements",
            dependencies: ["Communication"],
            path: "Tests/CommunicatorRequirements", swiftSettings: strict),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests("CommunicationTests", ["Communication", "CommunicatorRequirements"]),
        tests("TensorCoreTests", ["TensorCore", "CKernels", "TestSupport"]),
        tests("NeuralNetworkTests", ["NeuralNetwork", "Optimization", "TensorCore", "TestSupport"]),
        tests("DatasetsTests", ["Datasets", "Files", "TestSupport"]),
        tests("OptimizationTests", ["Optimization", "NeuralNetwork", "TensorCore", "TestSupport"]),
        tests("SafeTensorsTests", ["SafeTensors", "Files", "TestSupport"]),
        tests("FilesTests", ["Files", "TestSupport"]),
        tests("DigestsTests", ["Digests"]),
        tests("DataParallelTests", ["DataParallel", "NeuralNetwork", "TensorCore", "Communication", "TestSupport"]),
        tests(
            "TrainingTests",
            [
                "Training", "DataParallel", "Optimization", "NeuralNetwork", "Datasets", "TensorCore", "Reports",
                "SafeTensors", "Communication", "Digests", "Files", "TestSupport", log,
            ]),
        tests("ReportsTests", ["Reports"]),
    ],
    swiftLanguageModes: [.v6]
)
