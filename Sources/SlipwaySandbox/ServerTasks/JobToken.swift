import Foundation
import HTTPTypes
import Hummingbird

/// The access token of a job: good for its own plan, for as long as the job runs.
enum JobToken {
    /// What tells it from the tokens of people and agents, so that only these are looked for.
    static let prefix = "job."

    /// The token that a request carries, as Bearer or as the password of any user.
    static func carried(by request: Request) -> String? {
        let parts = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let token: String
        switch parts[0].lowercased() {
        case "bearer": token = String(parts[1])
        case "basic":
            let text = Data(base64Encoded: String(parts[1])).map { String(decoding: $0, as: UTF8.self) } ?? ""
            guard let colon = text.firstIndex(of: ":") else { return nil }
            token = String(text[text.index(after: colon)...])
        default: return nil
        }
        return token.hasPrefix(prefix) ? token : nil
    }

    /// What it is good for.
    static let operations: Set<SandboxOperation> = [
        .postPlanEvent, .getPlanTimeline, .updateTimelineRecords, .appendFeed, .createLog, .appendLog,
    ]
}

extension AzureDevOpsWorld {
    /// The server task of a job's token, whether or not it is over; nil for a token that never was.
    func serverTask(ofToken token: String) -> ServerTaskID? {
        serverTasks.tokens[token]
    }

    /// Lets a job's token go before its time: from now on it is refused.
    mutating func expireToken(of key: JobKey) throws(AzureDevOpsError) {
        guard let id = openServerTask(of: key) else { throw .invalid("The job has no server task that is open.") }
        serverTasks.instances[id]?.tokenHasExpired = true
    }
}
