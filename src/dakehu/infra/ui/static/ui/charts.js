// Charts: ECharts is loaded when the first one is on the page; colours follow the theme.
(() => {
  const { one } = dk;
  const source = document.currentScript.dataset.echarts;
  const PALETTE = {
    light: ["#1f5fbf", "#0c8599", "#c26a00", "#7048b6", "#4d7c0f", "#b4365f", "#5c677d"],
    dark: ["#6ea8fe", "#3bc9db", "#f2a65a", "#b197fc", "#94c748", "#f28ba8", "#a5b0c2"],
  };
  const drawn = new Map();
  let loading = null;
  const library = () => loading ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function option(data, narrow = false) {
    const dark = document.documentElement.dataset.bsTheme === "dark";
    const text = style("--dk-muted"), line = style("--dk-line"), strong = style("--dk-text");
    const lying = data.shape === "rows" || data.shape === "share";
    const figure = (value) => value === null || value === undefined ? "–"
      : Number(value).toLocaleString("en-US", { minimumFractionDigits: data.decimals, maximumFractionDigits: data.decimals }) + data.suffix;
    const category = {
      type: "category", data: data.shape === "share" ? [""] : data.categories, inverse: data.shape === "rows",
      axisLine: { show: data.shape !== "share", lineStyle: { color: line } }, axisTick: { show: false }, boundaryGap: data.shape !== "line",
      axisLabel: { color: text, fontSize: 11, hideOverlap: true, width: lying ? 140 : undefined, overflow: "truncate" },
    };
    const value = {
      type: "value", splitLine: { lineStyle: { color: line } }, max: data.shape === "share" ? "dataMax" : undefined,
      show: data.shape !== "share",
      splitNumber: narrow ? 3 : 5,
      axisLabel: { color: text, fontSize: 11, hideOverlap: true, formatter: (v) => Number(v).toLocaleString("en-US") + data.suffix },
    };
    const series = data.shape === "share"
      ? data.categories.map((name, at) => ({ name, type: "bar", stack: "all", barWidth: 28, data: [data.series[0].values[at]] }))
      : data.series.map((each) => ({
          name: each.name, type: data.shape === "line" ? "line" : "bar", data: each.values,
          stack: data.shape === "stack" ? "all" : undefined, barMaxWidth: 26,
          symbol: "circle", symbolSize: 5, showSymbol: data.categories.length <= 31, lineStyle: { width: 2 },
          cursor: data.links.length ? "pointer" : "default",
        }));
    const many = series.length > 1;
    return {
      color: PALETTE[dark ? "dark" : "light"], animationDuration: 250, backgroundColor: "transparent",
      textStyle: { fontFamily: style("--tblr-font-sans-serif"), color: strong },
      aria: { enabled: true },
      grid: { left: 8, right: 28, top: many ? 34 : 14, bottom: 6, containLabel: true },
      legend: many ? { type: "scroll", top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: text, fontSize: 11 }, pageTextStyle: { color: text } } : undefined,
      tooltip: {
        trigger: data.shape === "share" ? "item" : "axis", axisPointer: { type: data.shape === "line" ? "line" : "shadow" },
        backgroundColor: style("--dk-raised"), borderColor: line, textStyle: { color: strong, fontSize: 12 },
        valueFormatter: figure, confine: true,
      },
      xAxis: lying ? value : category, yAxis: lying ? category : value, series,
    };
  }
  async function draw(figure) {
    const canvas = document.getElementById(figure.dataset.chart);
    if (!canvas || drawn.has(canvas)) return;
    drawn.set(canvas, null);
    const echarts = await library();
    const data = JSON.parse(document.getElementById(`${figure.dataset.chart}-data`).textContent);
    const chart = echarts.init(canvas, null, { renderer: "canvas" });
    chart.setOption(option(data, canvas.clientWidth < 480));
    if (data.links.length) chart.on("click", (event) => { const url = data.links[event.dataIndex]; if (url) location.href = url; });
    drawn.set(canvas, { chart, data });
    new ResizeObserver(() => chart.resize()).observe(canvas);
  }
  function drawAll() {
    for (const [canvas, made] of drawn) if (!canvas.isConnected) { made?.chart.dispose(); drawn.delete(canvas); }
    document.querySelectorAll("[data-chart]").forEach(draw);
  }
  drawAll();
  document.addEventListener("htmx:after:swap", drawAll);
  document.addEventListener("ui:theme", () => { for (const made of drawn.values()) made?.chart.setOption(option(made.data, made.chart.getWidth() < 480), true); });

  document.addEventListener("click", (event) => {
    const figure = event.target.closest("[data-chart]");
    if (!figure) return;
    const table = event.target.closest("[data-chart-table]");
    if (table) {
      const box = document.getElementById(table.getAttribute("aria-controls"));
      box.hidden = !box.hidden;
      table.setAttribute("aria-expanded", String(!box.hidden));
    }
    if (event.target.closest("[data-chart-save]")) save(document.getElementById(figure.dataset.chart));
  });
  // The picture says what the page says: title, unit, period, age.
  function save(canvas) {
    const { chart, data } = drawn.get(canvas);
    const picture = new Image();
    picture.onload = () => {
      const ratio = 2, head = 56;
      const sheet = document.createElement("canvas");
      sheet.width = picture.width;
      sheet.height = picture.height + head * ratio;
      const pen = sheet.getContext("2d");
      pen.fillStyle = style("--dk-raised");
      pen.fillRect(0, 0, sheet.width, sheet.height);
      pen.fillStyle = style("--dk-text");
      pen.font = `600 ${15 * ratio}px sans-serif`;
      pen.fillText(data.title, 12 * ratio, 24 * ratio);
      pen.fillStyle = style("--dk-muted");
      pen.font = `${11 * ratio}px sans-serif`;
      pen.fillText(`${data.unit} · ${data.period} · ${data.asOf}`, 12 * ratio, 44 * ratio);
      pen.drawImage(picture, 0, head * ratio);
      const link = document.createElement("a");
      link.download = `${data.title}.png`;
      link.href = sheet.toDataURL("image/png");
      link.click();
    };
    picture.src = chart.getDataURL({ pixelRatio: 2, backgroundColor: style("--dk-raised") });
  }
})();
