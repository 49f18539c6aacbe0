import Files
import Testing

@Suite struct ExcerptTests {
    @Test(arguments: ["", "a", "a\nb", String(repeating: "é", count: 60)])
    func excerpt_ofAShortText_isTheText(text: String) {
        #expect(text.excerpt == text)
    }

    @Test func excerpt_ofALongText_isItsBeginning() {
        #expect(String(repeating: "é", count: 61).excerpt == String(repeating: "é", count: 57) + "...")
    }

    @Test func excerpt_ofOneLongCharacter_isCut() {
        let accents = "e" + String(repeating: "\u{301}", count: 1000)
        #expect(accents.count == 1 && accents.excerpt.unicodeScalars.count == 60)
    }
}
