/// The pages' templates. Each begins with the content type whose escaping holds in it.
enum Templates {
    static let layout = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        {{#refreshSeconds}}<meta http-equiv="refresh" content="{{.}}">
        {{/refreshSeconds}}
        <title>{{title}}</title>
        <link rel="icon" href="data:,">
        <style>{{{style}}}</style>
        </head>
        <body>
        <header><div><a href="/">Slipway</a><span>{{subtitle}}</span></div></header>
        <main>
        {{$content}}{{/content}}
        </main>
        </body>
        </html>
        """

    static let overview = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{<layout}}{{$content}}
        {{#hasProblems}}
        <section class="notice" role="status" aria-label="Not ready"><strong>Not ready.</strong>
        <ul>{{#problems}}<li>{{name}}: {{reason}}</li>{{/problems}}</ul></section>
        {{/hasProblems}}
        {{#hasNotes}}
        <section class="notice" role="status" aria-label="Notes"><strong>Jobs are served, but:</strong>
        <ul>{{#notes}}<li>{{name}}: {{reason}}</li>{{/notes}}</ul></section>
        {{/hasNotes}}
        <h1>Open launches</h1>
        {{^pools}}<p class="soft">None. A job that waits in a pool makes one.</p>{{/pools}}
        {{#hasPools}}
        <div class="scroll" tabindex="0" role="region" aria-label="Open launches by pool"><table>
        <thead><tr><th scope="col">Pool</th>{{#states}}<th scope="col" class="number">{{.}}</th>{{/states}}<th scope="col" class="number">all</th></tr></thead>
        <tbody>
        {{#pools}}<tr><th scope="row">{{name}}</th>{{#counts}}<td class="number">{{.}}</td>{{/counts}}<td class="number">{{total}}</td></tr>
        {{/pools}}
        </tbody></table></div>
        {{/hasPools}}
        <h2>Latest launches</h2>
        {{^launches}}<p class="soft">None yet.</p>{{/launches}}
        {{#hasLaunches}}
        <div class="scroll" tabindex="0" role="region" aria-label="Latest launches"><table>
        <thead><tr><th scope="col">State</th><th scope="col">Launch</th><th scope="col">Pool</th><th scope="col">Profile</th><th scope="col">Pipeline, run and job</th><th scope="col">Why</th><th scope="col">Since</th></tr></thead>
        <tbody>
        {{#launches}}<tr>
        <td><span class="state {{stateClass}}">{{state}}</span></td>
        <td><a class="id" href="/launches/{{id}}">{{id}}</a></td>
        <td class="pool">{{pool}}</td><td>{{profile}}</td>
        <td class="name">{{origin}}</td><td class="why">{{why}}</td>
        <td class="time"><time datetime="{{since}}" title="{{since}}">{{age}}</time></td>
        </tr>
        {{/launches}}
        </tbody></table></div>
        {{/hasLaunches}}
        {{/content}}{{/layout}}
        """

    static let launch = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{<layout}}{{$content}}
        <h1>Launch <span class="id">{{id}}</span></h1>
        <p><span class="state {{stateClass}}">{{state}}</span> <span class="soft">since <time datetime="{{since}}">{{since}}</time></span></p>
        <p>{{why}}</p>
        <dl class="facts">
        {{#facts}}<dt>{{name}}</dt><dd>{{value}}</dd>
        {{/facts}}
        </dl>
        <h2>Ledger</h2>
        {{^records}}<p class="soft">The ledger has no record of it.</p>{{/records}}
        <ol class="timeline">
        {{#records}}<li><p><strong>{{kind}}</strong> <span class="soft"><time datetime="{{at}}">{{at}}</time>, record {{sequence}}</span></p>
        <dl class="facts">{{#facts}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/facts}}</dl></li>
        {{/records}}
        </ol>
        {{/content}}{{/layout}}
        """

    static let problem = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{<layout}}{{$content}}
        <h1>{{title}}</h1>
        <p>{{detail}}</p>
        <p><a href="/">To the overview</a></p>
        {{/content}}{{/layout}}
        """
}
