// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "ApusExamples",
    dependencies: [.package(name: "Apus", path: "..")],
    targets: [
        .executableTarget(
            name: "TwoCircles",
            dependencies: ["MPI", "Communication", "DataParallel", "Optimization", "NeuralNetwork", "TensorCore"].map {
                .product(name: $0, package: "Apus")
            })
    ],
    swiftLanguageModes: [.v6]
)
