/// What follows from which shards are present in a step, made once for each number of samples; from ``ShardPlan/shardCount`` on all are.
struct PresenceCache<Value> {
    /// By the number of samples.
    private var values: [Value?]

    init(_ plan: ShardPlan) {
        values = Array(repeating: nil, count: plan.shardCount + 1)
    }

    /// - Parameter make: Makes the value for a number of samples that is no larger than that of shards.
    mutating func value(for sampleCount: Int, _ make: (Int) -> Value) -> Value {
        let key = min(sampleCount, values.count - 1)
        if let known = values[key] { return known }
        let new = make(key)
        values[key] = new
        return new
    }
}
