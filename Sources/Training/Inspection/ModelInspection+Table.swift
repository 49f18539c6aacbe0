import Foundation
import Reports

extension ModelInspection {
    /// The inspection as lines for people.
    public var table: String {
        let rows = layers.map { layer in
            [
                String(repeating: "  ", count: layer.depth) + layer.name, layer.layer, "\(layer.outputShape)",
                grouped(layer.parameters), grouped(layer.flops),
            ]
        }
        let input = ["", "input", "\(inputShape)", "", ""]
        let total = ["total", "", "", grouped(parameters), grouped(flops)]
        let lines = aligned([["name", "layer", "output", "parameters", "FLOPs"], input] + rows + [total])
        return ([heading, ""] + lines + ["", Self.explanation]).joined(separator: "\n")
    }

    private static let explanation = """
        Shapes and FLOPs are those of one sample's forward pass. Two FLOPs are counted for each multiply-add of linear layers
        and convolutions; biases, activations, pooling, normalisation and sums are not counted.
        """

    private var heading: String {
        guard let checkpoint else { return "\(file): experiment '\(experiment)'." }
        let rest = checkpoint.stepInEpoch == 0 ? "" : " and \(counted(checkpoint.stepInEpoch, "step")) of the next"
        let accuracy = checkpoint.validationAccuracy.map { String(format: ", validation accuracy %.2f %%", $0 * 100) }
        return """
            \(file): checkpoint of experiment '\(experiment)'.
            After step \(checkpoint.step): \(counted(checkpoint.epoch, "epoch"))\(rest)\(accuracy ?? "").
            The file matches its digest; parameters \(checkpoint.parametersDigest).
            """
    }

    /// Columns side by side: words to the left, numbers to the right.
    private func aligned(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return column < 3 ? row[column] + space : space + row[column]
            }
            let line = cells.joined(separator: "  ")
            return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
        }
    }

    /// `7 850`: digits in groups of three.
    private func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.indices.reduce(into: "") { text, index in
            if index > 0 && (digits.count - index).isMultiple(of: 3) { text.append(" ") }
            text.append(digits[index])
        }
    }
}
