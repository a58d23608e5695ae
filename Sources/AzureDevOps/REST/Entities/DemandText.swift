/// A demand as it stands on the wire: a string (`name`, `name -equals value`, `name -gtVersion version`), or the object
/// `{name, value}` that some answers have. What it means is not for this client to say.
struct DemandText: Decodable {
    let text: String

    private enum CodingKeys: CodingKey { case name, value }

    /// Anything else becomes a text that no capability satisfies: a demand that was dropped would make a job look easier
    /// to serve than it is.
    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.text = text
        } else if let container = try? decoder.container(keyedBy: CodingKeys.self),
            let name = try? container.decode(String.self, forKey: .name)
        {
            let value = container.tolerant(String.self, .value)
            text = value.map { "\(name) -equals \($0)" } ?? name
        } else {
            text = "(not a demand)"
        }
    }
}
