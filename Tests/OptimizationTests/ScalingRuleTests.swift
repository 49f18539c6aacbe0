import Testing

@testable import Optimization

struct ScalingRuleTests {
    @Test(arguments: [(ScalingRule.none, 0.1), (.linear, 0.4), (.squareRoot, 0.2)])
    func scaled_toFourTimesTheBatch_followsTheRule(_ rule: ScalingRule, _ expected: Double) {
        #expect(rule.scaled(0.1, referenceBatchSize: 256, globalBatchSize: 1024) == expected)
    }

    @Test(arguments: [(ScalingRule.none, 0.1), (.linear, 0.025), (.squareRoot, 0.05)])
    func scaled_toAQuarterOfTheBatch_followsTheRule(_ rule: ScalingRule, _ expected: Double) {
        #expect(rule.scaled(0.1, referenceBatchSize: 256, globalBatchSize: 64) == expected)
    }

    @Test(arguments: ScalingRule.allCases)
    func scaled_toTheReferenceBatch_isTheVeryRate(_ rule: ScalingRule) {
        for batch in 1...300 {
            #expect(rule.scaled(0.1, referenceBatchSize: batch, globalBatchSize: batch) == 0.1)
        }
    }

    @Test(arguments: [
        (
            ScalingRule.none,
            "Learning rate 0.1 was asked for at 256 samples per step; the global batch is 1024, and without scaling 0.1 is used."
        ),
        (
            .linear,
            "Learning rate 0.1 was asked for at 256 samples per step; the global batch is 1024, so linear scaling uses 0.4."
        ),
        (
            .squareRoot,
            "Learning rate 0.1 was asked for at 256 samples per step; the global batch is 1024, so square-root scaling uses 0.2."
        ),
    ])
    func explanation_ofAnotherBatch_namesBothRates(_ rule: ScalingRule, _ expected: String) {
        #expect(rule.explanation(0.1, referenceBatchSize: 256, globalBatchSize: 1024) == expected)
    }

    @Test(arguments: ScalingRule.allCases)
    func explanation_ofTheReferenceBatch_saysSo(_ rule: ScalingRule) {
        #expect(
            rule.explanation(0.03, referenceBatchSize: 32, globalBatchSize: 32)
                == "Learning rate 0.03 was asked for at 32 samples per step, which is the global batch, so 0.03 is used."
        )
    }
}
