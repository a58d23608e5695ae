/// Amazon Elastic Container Registry: whether an image is there. Reads only.
public struct ECRClient: Sendable {
    private let client: AWSClient

    public init(client: AWSClient) {
        self.client = client
    }

    /// Looks in the client's region, whatever region the image's name has.
    ///
    /// - Throws: `AWSError`, `CancellationError` when cancelled.
    public func find(_ image: ECRImage) async throws -> ECRImageAnswer {
        let call = try AWSCall.json(
            .ecr, "DescribeImages",
            Input(registryID: image.account, repositoryName: image.repository, imageIDs: [.init(image.reference)]),
            isRepeatable: true)
        do {
            _ = try await client.json(call, as: Output.self)
            return .found
        } catch let error as AWSError where error.code.rawValue == "ImageNotFoundException" {
            return .noImage
        } catch let error as AWSError where error.code.rawValue == "RepositoryNotFoundException" {
            return .noRepository
        }
    }

    private struct Input: Encodable {
        struct ImageID: Encodable {
            var imageTag: String?
            var imageDigest: String?

            init(_ reference: ECRImage.Reference) {
                switch reference {
                case .tag(let tag): imageTag = tag
                case .digest(let digest): imageDigest = digest
                }
            }
        }

        var registryID: String
        var repositoryName: String
        var imageIDs: [ImageID]

        enum CodingKeys: String, CodingKey {
            case registryID = "registryId"
            case repositoryName
            case imageIDs = "imageIds"
        }
    }

    /// An image that isn't there is an error, so nothing more has to be read.
    private struct Output: Decodable, Sendable {}
}

public enum ECRImageAnswer: Sendable, Hashable {
    case found
    case noImage
    case noRepository
}
