@testable import Training

/// The least that is valid today, then `more` from line 3 on.
func experiment(_ more: String = "", overrides: [String] = []) throws -> Experiment {
    try Experiment(yaml: "name: test\nmodel: {name: mlp}\n" + more, source: "a.yaml", overrides: overrides)
}

/// The message with which `body` is refused; nil if it is not.
func refusal<Result>(_ body: () throws -> Result) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return String(describing: error)
    }
}
