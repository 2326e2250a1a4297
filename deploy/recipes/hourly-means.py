"""The last week of the air temperature as hourly means, one column a measuring point. Needs pandas 1.5 or later."""
import os
import pandas as pd

base = os.environ.get("MEETBRUG_URL", "http://127.0.0.1:8080")
to = pd.Timestamp.now("UTC").floor("s")
week = f"from={to - pd.Timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}&to={to:%Y-%m-%dT%H:%M:%SZ}"
url = f"{base}/api/v1/observations?property=air-temperature&{week}&every=PT1H&aggregate=mean&format=csv"
rows = pd.read_csv(url, parse_dates=["begin"])
print(rows.pivot(index="begin", columns="datastream", values="mean").round(2).to_csv())
