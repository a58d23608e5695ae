/// The pages' templates. Each begins with the content type whose escaping holds in it.
enum Templates {
    static let all: [(name: String, text: String)] = [
        ("layout", layout), ("overview", overview), ("pools", pools), ("launches", launches),
        ("launchrows", launchRows),
        ("launch", launch), ("orders", orders), ("records", records), ("deliveries", deliveries),
        ("deliveryrows", deliveryRows), ("ledger", ledger), ("costs", costs), ("costrow", costRow), ("done", done),
        ("paging", paging),
        ("problem", problem),
    ]

    static let layout = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        {{#frame.refreshSeconds}}<noscript><meta http-equiv="refresh" content="{{.}}"></noscript>
        {{/frame.refreshSeconds}}
        <title>{{frame.title}} – Slipway</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="{{frame.style}}">
        <script src="{{frame.script}}" defer></script>
        </head>
        <body>
        <a class="skip" href="#content">To the content</a>
        <header class="top"><div class="bar-inner">
        <a class="brand" href="/">Slipway</a>
        <nav aria-label="Pages"><ul>
        {{#frame.navigation}}<li><a href="{{href}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{name}}</a></li>
        {{/frame.navigation}}
        </ul></nav>
        {{#frame.isLive}}<div class="live"><span class="live-state" id="live-state" role="status"></span><button type="button" id="live-pause" hidden>Pause updates</button></div>{{/frame.isLive}}
        </div></header>
        <main id="content" tabindex="-1">
        {{$content}}{{/content}}
        </main>
        <footer class="foot">Instants are in UTC. <a href="/api/v1/openapi.json">API</a></footer>
        </body>
        </html>
        """

    /// Outside of what is replaced while it is looked at.
    static let done = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{#done}}<p class="notice done" role="status">{{message}} <span class="soft small"><time datetime="{{at.iso}}" title="{{at.iso}}">{{at.stated}}</time></span></p>{{/done}}
        """

    static let paging = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        <nav class="paging" aria-label="Further pages">
        {{#firstHref}}<a href="{{{.}}}">Newest</a>{{/firstHref}}
        {{#olderHref}}<a href="{{{.}}}" rel="next">Older</a>{{/olderHref}}
        </nav>
        """

    static let problem = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{<layout}}{{$content}}
        <h1>{{title}}</h1>
        <p>{{detail}}</p>
        <p>{{#link}}<a href="{{.}}">{{linkText}}</a> · {{/link}}<a href="/">To the overview</a></p>
        {{/content}}{{/layout}}
        """
}
