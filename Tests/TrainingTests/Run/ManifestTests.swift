import Foundation
import Reports
import TestSupport
import Testing

@testable import Training

struct ManifestTests {
    private let manifest = Manifest(
        versions: Versions(apus: "0.1.0", oneDNN: "2.6.3", mpi: "Open MPI 4.1.4", cLibrary: "glibc 2.36", swift: "6.3"),
        program: "0a1b", cpuModel: "AMD EPYC", instructionSet: "avx512_core_bf16", precision: "bfloat16",
        hosts: ["a", "b"], worldSize: 2, threads: [1, 1], globalBatchSize: 256, datasetDigest: "ab12",
        parameterCount: 7850,
        commandLine: ["apus", "train", "configs/mlp.yaml"], startTime: Date(timeIntervalSince1970: 1_795_342_530))

    @Test func json_ofAManifest_isIndentedAndSorted() throws {
        let expected = """
            {
              "commandLine" : [
                "apus",
                "train",
                "configs/mlp.yaml"
              ],
              "cpuModel" : "AMD EPYC",
              "datasetDigest" : "ab12",
              "globalBatchSize" : 256,
              "hosts" : [
                "a",
                "b"
              ],
              "instructionSet" : "avx512_core_bf16",
              "parameterCount" : 7850,
              "precision" : "bfloat16",
              "program" : "0a1b",
              "startTime" : "2026-11-22T10:15:30Z",
              "threads" : [
                1,
                1
              ],
              "versions" : {
                "apus" : "0.1.0",
                "cLibrary" : "glibc 2.36",
                "mpi" : "Open MPI 4.1.4",
                "oneDNN" : "2.6.3",
                "swift" : "6.3"
              },
              "worldSize" : 2
            }

            """
        #expect(String(decoding: try manifest.json(), as: UTF8.self) == expected)
    }

    @Test func write_thenRead_givesTheSameManifest() throws {
        let folder = try TemporaryFolder()
        let run = try RunDirectory(at: folder.path, existing: .refuse)
        try run.write(manifest)
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let data = try Data(contentsOf: URL(fileURLWithPath: run.manifestFile))
        #expect(try decoder.decode(Manifest.self, from: data) == manifest)
    }
}
