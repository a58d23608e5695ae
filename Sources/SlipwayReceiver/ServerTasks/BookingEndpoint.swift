internal import NIOHTTP1
internal import SlipwayCore

/// `/tasks/agent`, `/tasks/agent/cancel` and `/tasks/gate`: what a pipeline's server task asks, by POST
/// (extension/protocol.md). Azure DevOps gives up after 20 seconds, a check after 3.
struct BookingEndpoint: Endpoint {
    let methods: [HTTPMethod] = [.POST]
    let kind: ServerTaskForms.Kind
    let gatekeeper: ServerTaskGuard
    let port: any BookingPort
    /// Azure DevOps is asked about the run meanwhile, for ten seconds at most. For a gate nobody is asked.
    var answerTimeoutMilliseconds: Int64? { kind == .gate ? nil : 15_000 }

    func admit(_ head: HTTPRequestHead, from peer: Peer) -> Admission {
        gatekeeper.admit(head, from: peer, takesBody: true)
    }

    /// Decode, ask, answer.
    func respond(to request: PublicRequest) async -> Answer {
        guard case .bytes(let bytes) = request.body.content, request.body.isComplete else {
            return counted(
                .serverTask(.contentTooLarge, "body_too_large", "The body is larger than 32 KiB."), "body_too_large")
        }
        let source = request.peer.address
        do throws(ServerTaskForms.Problem) {
            let forms = try ServerTaskForms(bytes, kind)
            switch kind {
            case .agent: return await book(try forms.call(from: source))
            case .cancel: return await cancel(try forms.call(from: source))
            case .gate: return await gate(try forms.gate(from: source))
            }
        } catch {
            await port.refused(code: error.code, identity: error.identity, run: error.run, source: source)
            return counted(.serverTask(.badRequest, error.code, error.message), error.code)
        }
    }

    private func book(_ call: BookingCall) async -> Answer {
        do throws(BookingRefusal) {
            try await port.book(call)
            return counted(Answer(.accepted, Answer.json(["status": "accepted"]), format: .json), "accepted")
        } catch {
            return counted(.serverTask(error), error.rawValue)
        }
    }

    private func cancel(_ call: BookingCall) async -> Answer {
        do throws(BookingRefusal) {
            let status = try await port.cancel(call).rawValue
            return counted(Answer(.ok, Answer.json(["status": status]), format: .json), "cancel_\(status)")
        } catch {
            return counted(.serverTask(error), error.rawValue)
        }
    }

    private func gate(_ call: GateCall) async -> Answer {
        do throws(BookingRefusal) {
            let answer = try await port.gate(call)
            let status = answer.isAvailable ? "available" : "unavailable"
            let body = [
                "status": status, "reason": answer.reason, "pool": answer.pool, "profile": answer.profile,
            ]
            return counted(Answer(.ok, Answer.json(body), format: .json), "gate_\(status)")
        } catch {
            return counted(.serverTask(error), error.rawValue)
        }
    }

    private func counted(_ answer: Answer, _ code: String) -> Answer {
        gatekeeper.count(code)
        return answer
    }
}
